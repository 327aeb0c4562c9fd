using SeriesFunctions.Local.Hosting;

return await CommandLine.RunAsync(args);
