/// `POST /v1/models/{model}/embed`: images and texts as they are, vectors in the form that the
/// caller asks for, so that writing numbers as text need not cost more than computing them.
@NullMarked
package dev.athanor.embedding.raw;

import org.jspecify.annotations.NullMarked;
