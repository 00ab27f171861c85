"""What is answered to plain HTTP."""
