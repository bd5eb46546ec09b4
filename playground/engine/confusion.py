"""What a confusion matrix says about each class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ClassFigures:
    """How well each class is told from the others.

    Attributes
    ----------
    pictures, taken : ndarray of int, shape (classes,)
        Pictures of the class, and pictures that were taken for it.
    precision, recall : ndarray of float, shape (classes,)
        Share of the pictures taken for the class that are of it, and share of its own pictures
        that were taken for it; NaN where there are none.
    """

    pictures: np.ndarray
    taken: np.ndarray
    precision: np.ndarray
    recall: np.ndarray


def class_figures(confusion: np.ndarray) -> ClassFigures:
    """Count right and wrong for each class.

    Parameters
    ----------
    confusion : ndarray of int, shape (classes, classes)
        As of `evaluation.Evaluation`: rows are classes, columns what they were taken for.

    References
    ----------
    C. D. Manning, P. Raghavan, H. Schütze, "Introduction to Information Retrieval", 2008,
    section 8.3, https://nlp.stanford.edu/IR-book/
    """
    right = np.diagonal(confusion)
    pictures, taken = confusion.sum(axis=1), confusion.sum(axis=0)
    with np.errstate(invalid="ignore"):
        return ClassFigures(pictures, taken, right / taken, right / pictures)
