namespace SecureCollectives.Bench.Figures;

/// <summary>A section of a page that the program keeps.</summary>
/// <param name="Name">As the comments around its place say it.</param>
/// <param name="Write">Writes it from the reports.</param>
internal sealed record FigureSection(string Name, Func<FigureFolder, string> Write);
