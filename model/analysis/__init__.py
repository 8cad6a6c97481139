"""Looking into a design with mathematics: is every gradient what it claims to be?"""
