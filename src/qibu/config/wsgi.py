from threading import Thread

from django.core.handlers.wsgi import WSGIHandler

from qibu.config.loading import set_up_django
from qibu.kernel.spelling import spelled

set_up_django()
application = WSGIHandler()
# Beside the first pages, so that the first search needn't wait for the dictionaries.
Thread(target=spelled, args=("七步",), daemon=True).start()
