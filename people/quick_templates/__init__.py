"""Django's templates drawn by functions that are put together when a template is loaded.

Django walks every template anew on each page: a dozen calls for one name, thirty for one value. Here each node becomes
one function of the context. What is not plain (a name that is missing, an error, a node that is not known) goes to
Django's own way, so that nothing looks or fails otherwise. With DEBUG on everything is Django's, whose pages of errors
name the line.
"""
