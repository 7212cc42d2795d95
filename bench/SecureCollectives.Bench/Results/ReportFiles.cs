namespace SecureCollectives.Bench.Results;

/// <summary>The files of a run's report, each in its own format.</summary>
internal sealed class ReportFiles : IDisposable
{
    private readonly List<(ReportFile File, Func<JsonReport, byte[]> Format)> _files = [];

    /// <summary>Takes over a file.</summary>
    /// <param name="file">Null where none was asked for.</param>
    /// <param name="format">What goes into it.</param>
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
