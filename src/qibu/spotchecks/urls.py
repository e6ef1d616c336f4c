from django.urls import path

from qibu.spotchecks import views
from qibu.spotchecks.lists import CheckList

app_name = "spotchecks"
urlpatterns = [
    path("", CheckList.as_view(), name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/answers/", views.Answer.as_view(), name="answer"),
    path("<int:pk>/failure/", views.Fail.as_view(), name="fail"),
    path("months/", views.months, name="months"),
    path("months/draw/", views.draw, name="draw"),
    path("months/<int:pk>/", views.month, name="month"),
    path("months/<int:pk>/proposals/", views.propose, name="propose"),
    path("months/<int:pk>/proposals/<int:proposal>/", views.decide, name="decide"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/<int:pk>/set-off/", views.SetOff.as_view(), name="set-off"),
    path("rule/", views.EditRule.as_view(), name="rule"),
    path("rule/inheritance/", views.inherit_rule, name="rule-inherit"),
    path("standard/", views.EditStandard.as_view(), name="standard"),
    path("standard/inheritance/", views.inherit_standard, name="standard-inherit"),
]
