from django.urls import path

from qibu.leads import acts, report_views, setting_views, views, views_pool, views_sharing
from qibu.leads.board import Board, Further
from qibu.leads.lists import LeadList

app_name = "leads"
urlpatterns = [
    path("", LeadList.as_view(), name="list"),
    path("board/", Board.as_view(), name="board"),
    path("board/cards/", Further.as_view(), name="cards"),
    path("reports/", report_views.reports, name="reports"),
    path("chances/", report_views.chances, name="chances"),
    path("settings/stages/", setting_views.stage_lines, name="stage-lines"),
    path("settings/stages/line/", setting_views.stages, name="stages"),
    path("settings/stages/line/inheritance/", setting_views.stages_inheritance, name="stages-inheritance"),
    path("settings/losses/", setting_views.losses, name="losses"),
    path("settings/losses/one/", setting_views.loss, name="loss"),
    path("settings/losses/one/inheritance/", setting_views.loss_inheritance, name="loss-inheritance"),
    path("settings/pace/", setting_views.pace, name="pace"),
    path("settings/pace/inheritance/", setting_views.pace_inheritance, name="pace-inheritance"),
    path("new/", acts.Create.as_view(), name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", acts.Edit.as_view(), name="edit"),
    path("<int:pk>/stage/", acts.Move.as_view(), name="move"),
    path("<int:pk>/next/", acts.Plan.as_view(), name="plan"),
    path("<int:pk>/results/", acts.result, name="result"),
    path("<int:pk>/loss/", acts.Lose.as_view(), name="lose"),
    path("<int:pk>/loss/confirmation/", acts.confirmation, name="confirmation"),
    path("<int:pk>/reopening/", acts.Reopen.as_view(), name="reopen"),
    path("<int:pk>/grade/", acts.grade, name="grade"),
    path("<int:pk>/chance/", acts.chance, name="chance"),
    path("<int:pk>/scoring/", acts.scored, name="scored"),
    path("<int:pk>/joining/", acts.join, name="join"),
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
