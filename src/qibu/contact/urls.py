from django.urls import path

from qibu.contact import views
from qibu.contact.lists import Outbox

app_name = "contact"
urlpatterns = [
    path("settings/mail/", views.mail, name="mail"),
    path("settings/mail/inheritance/", views.inheritance, name="inheritance"),
    path("settings/mail/test/", views.trial, name="trial"),
    path("settings/mail/outbox/", Outbox.as_view(), name="outbox"),
    path("settings/mail/outbox/again/", views.again, name="again"),
    path("settings/mail/hold/", views.hold, name="hold"),
    path("settings/account/mail/", views.wish, name="wish"),
]
