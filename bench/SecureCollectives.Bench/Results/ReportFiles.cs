namespace SecureCollectives.Bench.Results;

/// <summary>The files of a run's report, each in its own format.</summary>
internal sealed class ReportFiles : IDisposable
{
    private readonly List<(ReportFile File, Func<JsonReport, byte[]> Format)> _files = [];

    /// <summary>Adds a file, and takes ownership of it.</summary>
    /// <param name="file">The file; null if none was requested.</param>
    /// <param name="format">Formats the report for this file.</param>
    public void Add(ReportFile? file, Func<JsonReport, byte[]> format)
    {
        if (file is not null)
        {
            _files.Add((file, format));
        }
    }

    public void Write(JsonReport report)
    {
        foreach (var (file, format) in _files)
        {
            file.Write(format(report));
        }
    }

    public void Dispose() => _files.ForEach(entry => entry.File.Dispose());
}
