"""What people do with what is written: the staff in the desk, the clients on their pages."""
