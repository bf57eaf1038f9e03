package dev.athanor.platform.error;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/// Errors of one shape a path, in every service.
@AutoConfiguration
@Import(ProblemAdvice.class)
public class ErrorConfiguration {}
