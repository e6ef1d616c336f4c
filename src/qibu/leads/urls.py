from django.urls import path

from qibu.leads import views, views_pool, views_sharing
from qibu.leads.lists import LeadList

app_name = "leads"
urlpatterns = [
    path("", LeadList.as_view(), name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("customers/<int:pk>/", views.of_customer, name="of-customer"),
    # The pool, and leads given to others
    path("pool/", views_pool.PoolList.as_view(), name="pool"),
    path("pool/<int:pk>/", views_pool.pooled, name="pooled"),
    path("pool/claims/", views_pool.claim, name="claim"),
    path("<int:pk>/release/", views_pool.release, name="release"),
    path("give/", views_pool.give, name="give"),
    path("swap/", views_pool.swap, name="swap"),
    # How leads are shared out
    path("sharing/", views_sharing.loads, name="loads"),
    path("sharing/<int:pk>/share/", views_sharing.share, name="share"),
    path("sharing/roster/", views_sharing.roster, name="roster"),
    path("sharing/rules/", views_sharing.rules, name="rules"),
    path("sharing/rules/new/", views_sharing.rule, name="rule-new"),
    path("sharing/rules/<int:pk>/", views_sharing.rule, name="rule"),
    path("sharing/rules/<int:pk>/removal/", views_sharing.rule_removal, name="rule-removal"),
    path("sharing/rules/<int:pk>/order/", views_sharing.rule_order, name="rule-order"),
    path("sharing/rules/inheritance/", views_sharing.rules_inheritance, name="rules-inheritance"),
    path("sharing/groups/new/", views_sharing.group, name="group-new"),
    path("sharing/groups/<int:pk>/", views_sharing.group, name="group"),
    path("sharing/groups/<int:pk>/removal/", views_sharing.group_removal, name="group-removal"),
    path("sharing/policy/", views_sharing.policy, name="policy"),
    path("sharing/policy/inheritance/", views_sharing.policy_inheritance, name="policy-inheritance"),
]
