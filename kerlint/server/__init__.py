"""The language server: findings, fixes and shapes in editors. Needs pygls, the extra ``server``."""
