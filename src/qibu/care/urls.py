from django.urls import path

from qibu.care import callees, interval_views, plan_views, views

app_name = "care"
urlpatterns = [
    path("care/", views.DueList.as_view(), name="dues"),
    path("care/print/", views.printed, name="dues-print"),
    path("vehicles/<int:pk>/callees/", callees.Choose.as_view(), name="callees"),
    path("settings/plans/", plan_views.plan_list, name="plans"),
    path("settings/plans/<slug:code>/", plan_views.plan_page, name="plan"),
    path("settings/intervals/", interval_views.interval_list, name="intervals"),
    path("settings/intervals/line/", interval_views.interval_page, name="interval"),
    path("settings/backlog/", plan_views.policy_page, name="policy"),
]
