from django.urls import path

from qibu.network.views import account, audit, entry, frame, handovers, organisations, staff

app_name = "network"
urlpatterns = [
    path("setup/", entry.setup, name="setup"),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("switch/", frame.switch, name="switch"),
    path("account/", account.account, name="account"),
    path("account/password/", account.own_password, name="own-password"),
    path("account/language/", account.language, name="language"),
    path("settings/", frame.settings_page, name="settings"),
    path("staff/", staff.StaffList.as_view(), name="staff"),
    path("staff/new/", staff.new, name="staff-new"),
    path("staff/<int:staff_id>/", staff.member, name="staff-member"),
    path("staff/<int:staff_id>/sign-in/", staff.grant, name="staff-sign-in"),
    path("staff/<int:staff_id>/password/", staff.reset_password, name="staff-password"),
    path("staff/<int:staff_id>/bar/", staff.bar, name="staff-bar"),
    path("staff/<int:staff_id>/bar/lift/", staff.restore, name="staff-restore"),
    path("staff/<int:staff_id>/departure/", staff.depart, name="staff-departure"),
    path("staff/<int:staff_id>/return/", staff.come_back, name="staff-return"),
    path("handovers/", handovers.HandOverList.as_view(), name="handovers"),
    path("handovers/new/", handovers.new, name="handover-new"),
    path("organisations/", organisations.tree, name="organisations"),
    path("organisations/new/", organisations.new, name="organisation-new"),
    path("audit/", audit.AuditList.as_view(), name="audit"),
]
