"""What a load was asked to do, checked before anything is started."""
