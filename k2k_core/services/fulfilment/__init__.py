"""From the confirmation to the receipt: boxes, air waybills, labels, staging, scans, voids."""
