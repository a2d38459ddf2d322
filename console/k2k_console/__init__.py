"""The web console, in which companies and operators of the network manage K2K.

It reads tables and writes through the facade `k2k_core.K2K` only (architecture section 4).
"""
