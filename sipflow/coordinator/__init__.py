"""The coordinator process: reads scenarios, conducts their runs, and determines the verdicts."""
