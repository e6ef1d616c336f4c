from django.core.handlers.wsgi import WSGIHandler

from qibu.config.loading import set_up_django

set_up_django()
application = WSGIHandler()
