from django.urls import path

from qibu.quotes import editor, public_views, terms_views, views
from qibu.quotes.lists import QuoteList

app_name = "quotes"
urlpatterns = [
    path("", QuoteList.as_view(), name="list"),
    path("leads/<int:lead_id>/new/", editor.Create.as_view(), name="create"),
    path("leads/<int:lead_id>/reckoning/", editor.reckon, name="reckon"),
    path("leads/<int:lead_id>/appraisal/", views.Appraise.as_view(), name="appraise"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", editor.Edit.as_view(), name="edit"),
    path("<int:pk>/revision/", editor.Revise.as_view(), name="revise"),
    path("<int:pk>/paper/", views.paper, name="paper"),
    path("<int:pk>/pdf/", views.as_pdf, name="pdf"),
    path("<int:pk>/schedule/<int:order>/", views.schedule, name="schedule"),
    path("<int:pk>/approval/", views.Ask.as_view(), name="ask"),
    path("<int:pk>/decision/", views.decide, name="decide"),
    path("<int:pk>/draft/", views.take_back, name="take-back"),
    path("<int:pk>/sending/", views.send, name="send"),
    path("<int:pk>/acceptance/", views.accept, name="accept"),
    path("<int:pk>/withdrawal/", views.Withdraw.as_view(), name="withdraw"),
    path("<int:pk>/link/", views.link, name="link"),
    path("<int:pk>/link/removal/", views.link_removal, name="link-removal"),
    path("offer/<str:token>/", public_views.offer, name="offer"),
    path("offer/<str:token>/answer/", public_views.answer, name="answer"),
    path("plans/", terms_views.plan_list, name="plans"),
    path("plans/new/", terms_views.new_plan, name="new-plan"),
    path("plans/<slug:code>/", terms_views.plan, name="plan"),
    path("rules/", terms_views.rules, name="rules"),
]
