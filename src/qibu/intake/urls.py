from django.urls import path

from qibu.intake.lists import ArrivalList
from qibu.intake.views import arrivals, forms, leaving, mailbox, sheets

app_name = "intake"
urlpatterns = [
    path("", ArrivalList.as_view(), name="list"),
    path("<int:pk>/", arrivals.detail, name="arrival"),
    path("<int:pk>/opened/", arrivals.opened, name="opened"),
    path("<int:pk>/replay/", arrivals.replay, name="replay"),
    path("<int:pk>/drop/", arrivals.drop, name="drop"),
    path("<int:pk>/pick-up/", arrivals.pick_up, name="pick-up"),
    path("leads/<int:pk>/adf/", leaving.as_adf, name="lead-adf"),
    path("forms/", forms.overview, name="forms"),
    path("forms/new/", forms.new, name="form-new"),
    path("forms/<int:pk>/", forms.one, name="form"),
    path("forms/<int:pk>/poster/", forms.poster, name="form-poster"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/look/", mailbox.look, name="mailbox-look"),
    path("sheets/new/", sheets.new, name="sheet-new"),
    path("sheets/<int:pk>/", sheets.one, name="sheet"),
    path("sheets/<int:pk>/progress/", sheets.progress, name="sheet-progress"),
    path("sheets/<int:pk>/load/", sheets.load, name="sheet-load"),
    path("sheets/<int:pk>/stop/", sheets.stop, name="sheet-stop"),
    path("sheets/<int:pk>/removal/", sheets.removal, name="sheet-removal"),
    path("sheets/<int:pk>/rejected/", sheets.rejected, name="sheet-rejected"),
]
