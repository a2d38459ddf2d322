"""The settings of companies: what there is, what it means, who may change it, and which layer has the last word."""
