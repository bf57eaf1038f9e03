package dev.athanor.platform.error;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/// Problem details for every service.
@AutoConfiguration
@Import(ProblemAdvice.class)
public class ErrorConfiguration {}
