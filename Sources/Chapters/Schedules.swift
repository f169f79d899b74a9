#if Solutions || SolvedSchedules
  @_exported import SchedulesSolutions
#else
  @_exported import SchedulesExercises
#endif
