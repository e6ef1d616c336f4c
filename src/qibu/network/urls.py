from django.urls import path

from qibu.network.views import account, entry, frame

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
]
