from django.urls import path

from qibu.network.views import (
    account,
    audit,
    custom_fields,
    entry,
    frame,
    handovers,
    organisations,
    parked,
    staff,
)

app_name = "network"
urlpatterns = [
    path("setup/", entry.setup, name="setup"),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("switch/", frame.switch, name="switch"),
    path("settings/account/", account.account, name="account"),
    path("settings/account/password/", account.own_password, name="own-password"),
    path("settings/account/language/", account.language, name="language"),
    path("settings/", frame.settings_page, name="settings"),
    path("settings/staff/", staff.StaffList.as_view(), name="staff"),
    path("settings/staff/new/", staff.new, name="staff-new"),
    path("settings/staff/<int:staff_id>/", staff.member, name="staff-member"),
    path("settings/staff/<int:staff_id>/sign-in/", staff.grant, name="staff-sign-in"),
    path("settings/staff/<int:staff_id>/password/", staff.reset_password, name="staff-password"),
    path("settings/staff/<int:staff_id>/bar/", staff.bar, name="staff-bar"),
    path("settings/staff/<int:staff_id>/bar/lift/", staff.restore, name="staff-restore"),
    path("settings/staff/<int:staff_id>/departure/", staff.depart, name="staff-departure"),
    path("settings/staff/<int:staff_id>/return/", staff.come_back, name="staff-return"),
    path("settings/handovers/", handovers.HandOverList.as_view(), name="handovers"),
    path("settings/handovers/new/", handovers.new, name="handover-new"),
    path("settings/organisations/", organisations.tree, name="organisations"),
    path("settings/organisations/new/", organisations.new, name="organisation-new"),
    path("settings/fields/", custom_fields.overview, name="custom-fields"),
    path("settings/fields/<slug:record>/new/", custom_fields.new, name="custom-field-new"),
    path("settings/fields/<slug:record>/<slug:code>/", custom_fields.one, name="custom-field"),
    path(
        "settings/fields/<slug:record>/<slug:code>/inheritance/",
        custom_fields.inheritance,
        name="custom-field-inheritance",
    ),
    path("settings/fields/<slug:record>/<slug:code>/removal/", custom_fields.removal, name="custom-field-removal"),
    path("settings/parked/", parked.parked, name="parked"),
    path("settings/audit/", audit.AuditList.as_view(), name="audit"),
]
