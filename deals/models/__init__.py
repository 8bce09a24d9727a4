"""Deals, why they were lost, what happened to them, and the cycles in which they are followed up."""

from deals.models.cycle import FollowUpCycle
from deals.models.deal import Deal
from deals.models.history import DealEvent, HandOver
from deals.models.loss import DealLoss
from deals.models.lost_reason import LostReason, Product
from deals.models.purge import HistoryPurge

__all__ = ["Deal", "DealEvent", "DealLoss", "FollowUpCycle", "HandOver", "HistoryPurge", "LostReason", "Product"]
