"""The preprocessing doctor: what people really do to photos, tried and ranked by what a model makes of them."""

from squeezeviz.dataset.diagnosis.diagnose import diagnose_preprocessing

__all__ = ["diagnose_preprocessing"]
