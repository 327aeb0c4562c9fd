// The histories take all of a processor; what waits in real time would wait for them too.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
