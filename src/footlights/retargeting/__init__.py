"""Any humanoid motion onto any humanoid rig, feet and hands that stay put included."""
