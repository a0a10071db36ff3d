"""Clients, their people, agreements and invoices."""
