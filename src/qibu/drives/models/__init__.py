from qibu.drives.models.content import AgreementText, DrivePolicy
from qibu.drives.models.drive import Drive, Feedback, FeedbackLink, Licence, Signature
from qibu.drives.models.fleet import DemoCar, Route

__all__ = [
    "AgreementText", "DemoCar", "Drive", "DrivePolicy", "Feedback", "FeedbackLink", "Licence", "Route", "Signature",
]  # fmt: skip
