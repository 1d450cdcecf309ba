// Reads feeds with parsers that others wrote: one JSON line for each file and parser, with
// what each takes for id, title, date and link of every entry.
//
//   node read.mjs FILE...
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import FeedParser from 'feedparser'
import RSSParser from 'rss-parser'
import rowan from '@rowanmanning/feed-parser'
import { parseFeed } from 'feedsmith'

const iso = (date) => (date ? new Date(date).toISOString() : null)

const parsers = {
  'rss-parser': async (text) => {
    const feed = await new RSSParser().parseString(text)
    return feed.items.map((x) => ({ id: x.guid ?? x.id, title: x.title, published: iso(x.isoDate), link: x.link }))
  },
  feedparser: (text) =>
    new Promise((resolve, reject) => {
      const items = []
      const parser = new FeedParser({})
      parser.on('error', reject)
      parser.on('data', (x) => items.push({ id: x.guid, title: x.title, published: iso(x.pubdate), link: x.link }))
      parser.on('end', () => resolve(items))
      Readable.from([text]).pipe(parser)
    }),
  'feed-parser': async (text) =>
    rowan.parseFeed(text).items.map((x) => ({ id: x.id, title: x.title, published: iso(x.published), link: x.url })),
  feedsmith: async (text) => {
    const { format, feed } = parseFeed(text)
    const items = format === 'atom' ? feed.entries : feed.items
    return items.map((x) => ({
      id: x.guid?.value ?? x.id,
      title: typeof x.title === 'object' ? x.title.value : x.title,
      published: iso(x.published ?? x.pubDate ?? x.date_published),
      link: x.url ?? x.link ?? x.links?.find((l) => l.rel === 'alternate')?.href,
    }))
  },
}

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8')
  for (const [parser, read] of Object.entries(parsers)) {
    if (file.endsWith('.json') && parser !== 'feedsmith') continue // the others read XML alone
    try {
      console.log(JSON.stringify({ file, parser, items: await read(text) }))
    } catch (error) {
      console.log(JSON.stringify({ file, parser, error: String(error), items: [] }))
    }
  }
}
