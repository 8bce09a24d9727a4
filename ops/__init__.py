"""What runs and checks an installation from outside Django: used by the Makefile, the image and the build machine."""
