"""What operators write to schema `access`: configurations, clients, school years."""
