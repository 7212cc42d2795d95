using System.Text;
using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Figures;

/// <summary>A documentation page with sections that the program generates.</summary>
internal sealed class FigureFile : IDisposable
{
    private readonly string _path;
    private readonly string _option;
    private readonly IReadOnlyList<FigureSection> _sections;
    private readonly ReportFile _file;

    private FigureFile(string path, string option, IReadOnlyList<FigureSection> sections, ReportFile file)
    {
        _path = path;
        _option = option;
        _sections = sections;
        _file = file;
    }

    /// <param name="path">The page; null to write none.</param>
    /// <param name="option">The option that names the page, for messages.</param>
    /// <param name="sections">The sections that the program generates.</param>
    /// <returns>The page, or null if <paramref name="path"/> is null.</returns>
    /// <exception cref="CommandFailureException">The page cannot be read or written, or lacks the comments around a section.</exception>
    public static FigureFile? Open(string? path, string option, IReadOnlyList<FigureSection> sections)
    {
        if (path is null)
        {
            return null;
        }

        _ = MarkedText.With(path, Read(path, option), [.. sections.Select(section => (section.Name, ""))]);
        return new FigureFile(path, option, sections, ReportFile.Open(path, option)!);
    }

    public void Write(FigureFolder folder)
    {
        var sections = _sections.Select(section => (section.Name, section.Write(folder)));
        _file.Write(Encoding.UTF8.GetBytes(MarkedText.With(_path, Read(_path, _option), [.. sections])));
    }

    public void Dispose() => _file.Dispose();

    private static string Read(string path, string option)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailureException(ExitCode.Usage, $"{option} '{path}' cannot be read: {e.Message}");
        }
    }
}
