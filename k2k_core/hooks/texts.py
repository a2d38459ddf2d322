"""For plugins: texts for people in their language, such as the captions of a label (`k2k_core.texts`)."""

from k2k_core.texts import FOLDER, texts, translator

__all__ = ["FOLDER", "texts", "translator"]
