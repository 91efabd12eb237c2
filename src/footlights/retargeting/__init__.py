"""Any humanoid motion onto any humanoid rig: whose joint is whose, how bones sit, feet and hands
that stay put.
"""
