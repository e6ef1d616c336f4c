from django.urls import path

from qibu.orders import stock_views, views
from qibu.orders.lists import OrderList, StockList

app_name = "orders"
urlpatterns = [
    path("", OrderList.as_view(), name="list"),
    path("new/", views.DrawUp.as_view(), name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.Edit.as_view(), name="edit"),
    path("<int:pk>/contract/", views.Submit.as_view(), name="submit"),
    path("<int:pk>/decision/", views.Decide.as_view(), name="decision"),
    path("<int:pk>/car/", views.Allocate.as_view(), name="allocate"),
    path("<int:pk>/car/release/", views.Release.as_view(), name="release"),
    path("<int:pk>/payments/", views.Pay.as_view(), name="pay"),
    path("<int:pk>/payments/<int:payment>/strike/", views.Strike.as_view(), name="strike"),
    path("<int:pk>/invoice/", views.Invoice.as_view(), name="invoice"),
    path("<int:pk>/cancellation/", views.Cancel.as_view(), name="cancel"),
    path("<int:pk>/cancellation/decision/", views.DecideCancel.as_view(), name="cancel-decision"),
    path("<int:pk>/refund/", views.Further.as_view(), name="refund"),
    path("customers/<int:pk>/", views.of_customer, name="of-customer"),
    path("stock/", StockList.as_view(), name="stock"),
    path("stock/new/", stock_views.Add.as_view(), name="stock-new"),
    path("stock/<int:pk>/", stock_views.car, name="stock-car"),
    path("stock/<int:pk>/edit/", stock_views.Change.as_view(), name="stock-edit"),
    path("stock/<int:pk>/leaving/", stock_views.Leave.as_view(), name="stock-leave"),
    path("rules/", stock_views.policy, name="policy"),
    path("rules/inherit/", stock_views.policy_inherit, name="policy-inherit"),
]
