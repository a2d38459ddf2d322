"""New prebook: what a customer orders ahead, typed line by line at the prices of salespeople (domain section 5)."""
