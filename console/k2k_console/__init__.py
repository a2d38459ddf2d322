"""The console: the desks at which people of a company, and operators of the network, manage K2K.

It reads tables and writes through the facade `k2k_core.K2K` alone (architecture section 4).
"""
