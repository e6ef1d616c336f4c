from django.urls import path

from qibu.nurturing.lists import RunList, SendingList
from qibu.nurturing.views import leads, library, public, sequences

app_name = "nurturing"
urlpatterns = [
    path("", library.pieces, name="library"),
    path("pieces/new/", library.new_piece, name="new-piece"),
    path("pieces/preview/", library.preview_unsaved, name="preview-unsaved"),
    path("pieces/<slug:code>/", library.piece, name="piece"),
    path("pieces/<slug:code>/preview/", library.preview, name="preview"),
    path("pictures/<int:pk>/", library.picture, name="picture"),
    path("rules/", library.rules, name="rules"),
    path("sequences/", sequences.sequence_list, name="sequences"),
    path("sequences/new/", sequences.new_sequence, name="new-sequence"),
    path("sequences/<slug:code>/", sequences.sequence, name="sequence"),
    path("sequences/<slug:code>/report/", sequences.report, name="report"),
    path("sent/", SendingList.as_view(), name="list"),
    path("sent/<int:pk>/", leads.sending, name="sending"),
    path("sent/<int:pk>/done/", leads.mark_sent, name="mark-sent"),
    path("sent/<int:pk>/skip/", leads.skip, name="skip"),
    path("sent/<int:pk>/link/removal/", leads.close, name="close"),
    path("leads/<int:lead_id>/send/", leads.Send.as_view(), name="send"),
    path("leads/<int:lead_id>/sequence/", leads.Enter.as_view(), name="enter"),
    path("runs/", RunList.as_view(), name="runs"),
    path("runs/<int:pk>/stop/", leads.stop, name="stop"),
    path("p/<str:token>/", public.page, name="page"),
    path("p/<str:token>/picture/", public.picture, name="page-picture"),
    path("p/<str:token>/answer/", public.answer, name="answer"),
    path("p/<str:token>/stop/", public.refuse, name="refuse"),
]
