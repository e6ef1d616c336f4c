from django.urls import path

from qibu.care import callees, views

app_name = "care"
urlpatterns = [
    path("", views.DueList.as_view(), name="dues"),
    path("print/", views.printed, name="dues-print"),
    path("cars/<int:pk>/callees/", callees.Choose.as_view(), name="callees"),
    path("plans/", views.plan_list, name="plans"),
    path("plans/<slug:code>/", views.plan_page, name="plan"),
    path("plans/<slug:code>/inheritance/", views.plan_inheritance, name="plan-inheritance"),
    path("backlog/", views.policy_page, name="policy"),
]
