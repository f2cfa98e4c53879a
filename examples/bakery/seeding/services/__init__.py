"""What the bakery estate's databases hold: DATA are the twelve services whose rows make up a tenant's size."""

from .accounts import ACCOUNTS
from .insight import FORECASTING, TRAINING
from .kitchen import PRODUCTION, RECIPES
from .messages import ALERT_PROCESSOR, NOTIFICATION
from .outside import EXTERNAL
from .selling import ORDERS, SALES
from .supply import INVENTORY, SUPPLIERS
from .till import POS

DATA = (ORDERS, INVENTORY, RECIPES, SALES, PRODUCTION, SUPPLIERS, POS, EXTERNAL, FORECASTING, TRAINING,
        ALERT_PROCESSOR, NOTIFICATION)

__all__ = ["ACCOUNTS", "DATA"]
