from django.urls import path

from qibu.care import callees, interval_views, plan_views, views

app_name = "care"
urlpatterns = [
    path("", views.DueList.as_view(), name="dues"),
    path("print/", views.printed, name="dues-print"),
    path("cars/<int:pk>/callees/", callees.Choose.as_view(), name="callees"),
    path("plans/", plan_views.plan_list, name="plans"),
    path("plans/<slug:code>/", plan_views.plan_page, name="plan"),
    path("intervals/", interval_views.interval_list, name="intervals"),
    path("intervals/line/", interval_views.interval_page, name="interval"),
    path("backlog/", plan_views.policy_page, name="policy"),
]
