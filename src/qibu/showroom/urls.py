from django.urls import path

from qibu.showroom import views
from qibu.showroom.lists import VisitorList

app_name = "showroom"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("found/", views.find, name="find"),
    path("turn/", views.board, name="board"),
    path("turn/<int:pk>/skip/", views.skip, name="skip"),
    path("turn/<int:pk>/swap/", views.swap, name="swap"),
    path("turn/<int:pk>/mark/", views.mark, name="mark"),
    path("visitors/", VisitorList.as_view(), name="list"),
    path("visitors/<int:pk>/", views.visitor, name="visitor"),
    path("visitors/<int:pk>/reception/", views.take, name="take"),
    path("visitors/<int:pk>/leaving/", views.leaving, name="leaving"),
    path("visitors/<int:pk>/return/", views.coming_back, name="return"),
    path("calls/new/", views.call, name="call"),
    path("heads/", views.report, name="report"),
]
